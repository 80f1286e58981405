/** Files of a small service of each kind that `bundles/images` has a Containerfile for, by path in its context. */
export const serviceContexts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'rust-api': {
    'Cargo.toml': '[package]\nname = "service"\nversion = "1.0.0"\nedition = "2021"\n',
    'Cargo.lock':
      '# nothing but the service\nversion = 3\n\n[[package]]\nname = "service"\nversion = "1.0.0"\n',
    'src/main.rs': `use std::io::{Read, Write};
use std::net::TcpListener;

fn main() {
    let port = std::env::var("PORT").unwrap_or("8080".into());
    for stream in TcpListener::bind(format!("0.0.0.0:{port}")).unwrap().incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok");
    }
}
`,
    'vendor/README.md': 'Of cargo vendor; this service needs nothing.\n',
    '.cargo/config.toml':
      '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "vendor"\n',
  },
  'node-ui': {
    'package.json': JSON.stringify({
      name: 'ui',
      version: '1.0.0',
      scripts: { build: 'mkdir -p build && cp src/index.js build/', dev: 'node src/index.js' },
    }),
    'package-lock.json': JSON.stringify({
      name: 'ui',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name: 'ui', version: '1.0.0' } },
    }),
    'npm-cache/README.md': 'Of npm ci --cache npm-cache; this interface needs nothing.\n',
    'src/index.js': `require('node:http').createServer((_, answer) => answer.end('ok')).listen(Number(process.env.PORT ?? 3000));\n`,
  },
  'python-model-cpu': {
    'requirements.txt': '# A --hash for every package; the test writes it.\n',
    'wheels/README.md': 'Of pip download -d wheels.\n',
    'server/__init__.py': '',
    'server/__main__.py': `import os

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def health(request):
    return JSONResponse({"status": "ok", "user": os.getuid()})


uvicorn.run(Starlette(routes=[Route("/health", health)]), host="0.0.0.0", port=int(os.environ["PORT"]))
`,
  },
  'python-model-gpu': {
    'requirements.txt': 'vllm==0.11.0 --hash=sha256:0\n',
    'wheels/README.md': 'Of pip download -d wheels.\n',
    'server/__init__.py': '',
    'server/__main__.py': `import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

import vllm


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        said = {"vllm": vllm.__version__, "offline": os.environ["HF_HUB_OFFLINE"], "user": os.getuid()}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())


HTTPServer(("0.0.0.0", int(os.environ["PORT"])), Health).serve_forever()
`,
  },
  migrations: {
    migrate:
      '#!/bin/sh\nset -e\nfor file in /migrations/*.sql; do echo "applying $file"; done\nid -u\n',
    'migrations/0001-initial.sql': 'create table a (b int);\n',
    'migrations/0002-more.sql': 'create table c (d int);\n',
  },
};
