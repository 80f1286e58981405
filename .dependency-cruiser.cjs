// Who may import whom: CONTRIBUTING.md, "Levels". Generated files follow the same rules.
const level0 = '^src/(errors|support)/';
const level1 = '^src/(oci|archive|git|helm|zarf|uds|attestation|sbom|config)/';
const level2 = '^src/(ports|checks|lint|policy|report)/';
const operations = '^src/operations/';
const adapters = '^src/adapters/';
const level5 = '^src/(cli|commands)/';
const tests = '\\.test\\.ts$';
const outside =
  '^(node:)?(fs|fs/promises|net|http|https|http2|dns|tls|dgram|child_process|worker_threads|os|process|readline|cluster|inspector|vm)$';

const rule = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { pathNot: tests, ...from },
  to,
});

module.exports = {
  forbidden: [
    rule('no-circular', { path: '^src' }, { circular: true }, 'No cycles, not even of types'),
    rule(
      'level-0',
      { path: level0 },
      { path: '^src/', pathNot: level0 },
      'Level 0 knows nothing of ours',
    ),
    rule(
      'level-1',
      { path: level1 },
      { path: `${level2}|${operations}|${adapters}|${level5}` },
      'Formats know no ports, checks or programs',
    ),
    rule(
      'level-1-siblings',
      { path: '^src/(oci|archive|git|helm|attestation|config)/' },
      { path: level1, pathNot: '^src/($1|oci)/' },
      'A format knows itself and OCI',
    ),
    rule(
      'level-1-sbom',
      { path: '^src/sbom/' },
      { path: level1, pathNot: '^src/(sbom|oci|archive)/' },
      'sbom also reads compressed layers',
    ),
    rule(
      'level-1-zarf',
      { path: '^src/zarf/' },
      { path: level1, pathNot: '^src/(zarf|oci|archive|helm)/' },
      'zarf also writes tars and renders charts',
    ),
    rule(
      'level-1-uds',
      { path: '^src/uds/' },
      { path: level1, pathNot: '^src/(uds|oci|zarf)/' },
      'uds also knows zarf',
    ),
    rule(
      'level-2',
      { path: level2 },
      { path: `${operations}|${adapters}|${level5}` },
      'Deciding is pure',
    ),
    rule(
      'operations',
      { path: operations },
      { path: `${adapters}|${level5}|@oclif/core` },
      'Operations know ports, not adapters',
    ),
    rule(
      'adapters',
      { path: adapters },
      { path: `^src/(operations|checks|lint|policy|report|cli|commands)/` },
      'Adapters know ports and formats',
    ),
    rule(
      'adapters-apart',
      { path: '^src/adapters/([^/]+)/', pathNot: `${tests}|^src/adapters/http/` },
      { path: adapters, pathNot: '^src/adapters/($1/|process/run-program\\.ts$)' },
      'No adapter knows another, but the one that runs programs',
    ),
    rule(
      'http-by-the-transport-of-registries',
      { path: '^src/adapters/http/' },
      {
        path: adapters,
        pathNot:
          '^src/adapters/(http/|registry/(docker-credentials|endpoint|http-exchange|http-request|make-client|registry-error|retry|transport-failure)\\.ts$)',
      },
      'Files are fetched by the one HTTP transport there is',
    ),
    rule(
      'adapters-built-in-wire',
      { path: level5, pathNot: `${tests}|^src/cli/wire` },
      { path: adapters },
      'Adapters are built in cli/wire*.ts',
    ),
    rule(
      'pure-below-4',
      { path: `${level0}|${level1}|${level2}|${operations}` },
      { path: outside },
      'Below level 4 nothing reaches out',
    ),
    rule(
      'internal',
      { path: '^src/([^/]+)/' },
      { path: '/internal/', pathNot: '^src/$1/' },
      'internal/ is private to its folder',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
