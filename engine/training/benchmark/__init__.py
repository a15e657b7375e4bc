"""One benchmark for every system: data, runner, results, search and figures."""
