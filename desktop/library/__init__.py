"""The music folders that the user added."""
