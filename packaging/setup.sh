# Sourced by the other scripts: makes the virtual environment and installs what is missing.
# Installers print to standard error, so that standard output holds the app's output alone.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$root/.venv"
# The engine sets it too (engine/__init__.py says why); here also for tools that import no engine.
export ORT_DISABLE_TELEMETRY=1

say() { printf 'soundbed: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

# Qt's window, sound and text need these shared libraries. Library name, then Debian's package.
window_libraries='
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11-xcb.so.1 libx11-xcb1
libXext.so.6 libxext6
libXrandr.so.2 libxrandr2
libdbus-1.so.3 libdbus-1-3
libdrm.so.2 libdrm2
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libgssapi_krb5.so.2 libgssapi-krb5-2
libpulse.so.0 libpulse0
libwayland-client.so.0 libwayland-client0
libwayland-cursor.so.0 libwayland-cursor0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-shape.so.0 libxcb-shape0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxkbcommon.so.0 libxkbcommon0
'

# install_debian REASON PACKAGE...: with sudo when not root; on other systems it only names them.
install_debian() {
    local reason=$1 sudo=''
    shift
    if ! command -v apt-get >/dev/null 2>&1; then
        die "$reason. Install what your system calls: $* and run this again."
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || die "$reason. As root, run: apt-get install $*"
        sudo=sudo
    fi
    say "installing Debian packages ($reason): $*"
    $sudo apt-get update -qq >&2 || say "the package lists could not be refreshed; using the old ones"
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 ||
        die "apt-get could not install: $*. See its message above."
}

ensure_window_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    local known missing=() library package
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
    while read -r library package; do
        [ -n "$library" ] || continue
        case $known in *"$library "*) ;; *) missing+=("$package") ;; esac
    done <<<"$window_libraries"
    compgen -G '/usr/share/fonts/*/*' >/dev/null || missing+=(fonts-dejavu-core)
    [ ${#missing[@]} -eq 0 ] || install_debian "the window needs these libraries" "${missing[@]}"
}

# The test that nothing leaves the machine watches the program with it.
ensure_strace() {
    [ "$(uname -s)" = Linux ] || return 0
    command -v strace >/dev/null 2>&1 || install_debian "the tests need strace" strace
}

# python_is_fit COMMAND NEWEST: whether it is a Python from 3.11 to NEWEST, such as "(3, 13)".
python_is_fit() {
    "$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= $2)" >/dev/null 2>&1
}

find_python() {
    local name newest
    # For later ones, opentimelineio has no wheel: pip builds it, which needs a compiler.
    for newest in '(3, 13)' '(3, 99)'; do
        for name in python3 python3.14 python3.13 python3.12 python3.11; do
            if command -v "$name" >/dev/null 2>&1 && python_is_fit "$name" "$newest"; then
                command -v "$name"
                return 0
            fi
        done
    done
    return 1
}

pip_install() {
    (cd "$root" && "$venv/bin/python" -m pip install --disable-pip-version-check --quiet "$@") >&2 ||
        die "pip could not install the dependencies. See its message above, then run this again."
}

# says FILE TEXT: whether there is such a file with this text.
says() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# ensure_environment EXTRAS: installs Soundbed with these extras ("", "[train,dev]") in .venv.
ensure_environment() {
    local extras=$1 python wanted
    local stamp="$venv/soundbed-installed$extras" whole="$venv/soundbed-installed[train,dev]"
    if ! "$venv/bin/python" -c 'import pip' >/dev/null 2>&1; then
        python=$(find_python) || {
            install_debian "Soundbed needs Python 3.11 or later" python3 python3-venv
            python=$(find_python) || die "Python 3.11 or later is needed; see https://www.python.org"
        }
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            install_debian "Python's venv module is missing" python3-venv
        say "making a virtual environment in $venv"
        "$python" -m venv --clear "$venv" >&2
    fi
    wanted=$(cat "$root"/pyproject.toml "$root"/packaging/{constraints,runtime}.txt | cksum; printf '%s' "$root")
    # The developer's environment has everything that the app needs.
    if ! says "$stamp" "$wanted" && ! says "$whole" "$wanted"; then
        say "installing Soundbed$extras and its dependencies (a few minutes the first time)"
        # What the app runs with is checked by its sha256. Soundbed itself brings nothing else: it is
        # built by the setuptools among these packages.
        pip_install --no-deps --require-hashes --requirement packaging/runtime.txt
        pip_install --no-deps --no-build-isolation --editable .
        [ -z "$extras" ] ||
            pip_install --no-build-isolation --constraint packaging/constraints.txt --editable ".$extras"
        # Written last, so that an interrupted install is repeated.
        printf '%s' "$wanted" >"$stamp"
    fi
}

# Whether a window can open; always on macOS and Windows.
has_screen() {
    [ "$(uname -s)" = Linux ] || return 0
    [ -z "${WAYLAND_DISPLAY:-}" ] || return 0
    case ${DISPLAY:-} in
        '') return 1 ;;
        :*) local number=${DISPLAY#:}; [ -S "/tmp/.X11-unix/X${number%%.*}" ] ;;
        *) return 0 ;;
    esac
}
