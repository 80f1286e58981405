# The recipes people type; each calls make or npm.
setup:
    make node_modules/.installed
check:
    make check
test:
    make test
demo:
    make demo
offline:
    make offline
release-dry-run:
    make check test offline
