import { aKey, aPem } from '../../../support/a-certificate.ts';
import { edit } from '../edit.ts';
import { apiTemplates, cpu, llama, tursoTemplates, uiTemplates, whisper } from '../places.ts';
import type { PlantedFault } from '../planted-fault.ts';

const gateway = `  - name: supabase-gateway
    required: true
    only:
      flavor: upstream
    charts:
      - name: supabase-gateway
        namespace: cowabungaai
        localPath: charts/gateway
        version: "###ZARF_PKG_TMPL_IMAGE_VERSION###"
`;

/** Past failures of the release model, in their order, and what lay beside them. */
export const pastFailures: readonly PlantedFault[] = [
  {
    what: 'P1: the base image was renamed where it is built',
    id: 'release/base-images',
    edits: [
      { file: 'Makefile', add: 'sdk:\n\tdocker build -t localhost:5000/cowabunga-sdk:dev sdk\n' },
      { file: 'api/Dockerfile', add: 'FROM localhost:5000/leap-sdk:dev AS sdk\n' },
    ],
    at: ['api/Dockerfile', 'leap-sdk'],
    says: 'nothing here builds or locks leap-sdk',
  },
  {
    what: 'P3: the payload is sent to a label that no pod has',
    id: 'deployment/payload-contract',
    edits: [edit(`${llama}/zarf.yaml`, 'app=cowabunga-llama-cpp-python', 'app=cowabunga-llama')],
    at: [`${llama}/zarf.yaml`, 'app=cowabunga-llama'],
    says: 'no pod template has the labels',
  },
  {
    what: 'P3: the payload is sent to another namespace than its pod',
    id: 'deployment/payload-contract',
    edits: [
      edit(
        `${whisper}/zarf.yaml`,
        'target:\n          namespace: cowabungaai',
        'target:\n          namespace: whisper',
      ),
    ],
    at: [`${whisper}/zarf.yaml`, 'namespace: whisper'],
    says: 'it goes to namespace whisper, its pod is in cowabungaai',
  },
  {
    what: 'P3: the payload is sent to a container of another name',
    id: 'deployment/payload-contract',
    edits: [edit(`${llama}/zarf.yaml`, 'container: data-loader', 'container: data-injector')],
    at: [`${llama}/zarf.yaml`, 'container: data-injector'],
    says: "the pod has no container 'data-injector'",
  },
  {
    what: 'P3: the payload is put where nothing is mounted',
    id: 'deployment/payload-contract',
    edits: [edit(`${whisper}/zarf.yaml`, 'path: /data/.model', 'path: /srv/.model')],
    at: [`${whisper}/zarf.yaml`, 'path: /srv/.model'],
    says: '/srv/.model',
  },
  {
    what: 'P3: the pod waits for a marker that is never written',
    id: 'deployment/payload-contract',
    edits: [
      edit(
        `${llama}/chart/templates/deployment.yaml`,
        '###ZARF_DATA_INJECTION_MARKER###',
        'loaded',
      ),
    ],
    at: [`${llama}/zarf.yaml`, 'path: /data/.model'],
    says: 'does not wait for',
  },
  {
    what: 'P5: the folder of a package was moved',
    id: 'release/paths',
    edits: [edit('cowa-release.yaml', 'packages/whisper', 'packages/speech')],
    at: ['cowa-release.yaml', 'packages/speech'],
    says: 'packages/speech',
    alone: true,
  },
  {
    what: 'P6: a certificate that has run out by the day of installation',
    id: 'release/certificates',
    edits: [
      { file: `${tursoTemplates}/../files/ca.pem`, add: aPem('turso', '2025-01-01', '2026-06-01') },
    ],
    at: ['packages/turso/chart/files/ca.pem', 'BEGIN CERTIFICATE'],
    says: 'holds until 2026-06-01: on 2026-12-01 it has run out',
  },
  {
    what: 'P6: the key beside it',
    id: 'release/private-keys',
    edits: [{ file: `${tursoTemplates}/../files/ca.key`, add: aKey() }],
    at: ['packages/turso/chart/files/ca.key', 'BEGIN PRIVATE KEY'],
    says: 'a private key is shipped',
  },
  {
    what: 'an image that does not say where it comes from',
    id: 'release/image-labels',
    edits: [
      edit(
        'stand-ins/cowa-release.yaml',
        '            org.opencontainers.image.source: https://github.com/awdemos/cowabungaai\n',
        '',
      ),
    ],
    at: ['stand-ins/cowa-release.yaml', 'base: scratch'],
    says: 'does not say source',
    alone: true,
  },
  {
    what: 'P7: the image a pod runs is not the one that is carried',
    id: 'deployment/images-carried',
    edits: [edit('packages/turso/values/upstream-values.yaml', 'v0.24.32', 'v0.24.33')],
    at: [`${tursoTemplates}/deployment.yaml`, 'image:'],
    says: 'needs ghcr.io/tursodatabase/libsql-server:v0.24.33',
  },
  {
    what: 'P7: the image of an init container is left out',
    id: 'deployment/images-carried',
    edits: [edit(`${whisper}/zarf.yaml`, '      - cgr.dev/chainguard/bash', '      # - bash')],
    at: [`${whisper}/chart/templates/deployment.yaml`, 'modelInjectionContainer.image'],
    says: "init container 'data-loader' needs cgr.dev/chainguard/bash",
  },
  {
    what: 'P7: the image of a hook is left out',
    id: 'deployment/images-carried',
    edits: [edit('packages/turso/zarf.yaml', '      - docker.io/curlimages/curl:8.11.1\n', '')],
    at: [`${tursoTemplates}/migrations.yaml`, 'migrations.image.repository'],
    says: 'docker.io/curlimages/curl:8.11.1',
  },
  {
    what: 'P8: the cluster does not know a kind',
    id: 'target/kinds',
    edits: [
      {
        file: `${tursoTemplates}/serviceaccount.yaml`,
        add: '---\napiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: { name: turso }\n',
      },
    ],
    at: [`${tursoTemplates}/serviceaccount.yaml`, 'kind: postgresql'],
    says: 'postgresql of acid.zalan.do/v1',
    // An operator may make what others miss.
    alone: true,
  },
  {
    what: 'P9: a placeholder nobody declares',
    id: 'deployment/placeholders',
    edits: [edit(`${llama}/values/upstream-values.yaml`, 'VAR_PVC_SIZE', 'VAR_PVC_SZE')],
    at: [`${llama}/values/upstream-values.yaml`, 'VAR_PVC_SZE'],
    says: '###ZARF_VAR_PVC_SZE### is declared nowhere',
  },
  {
    what: 'P9: nothing where a name is wanted',
    id: 'schema/kubernetes',
    edits: [edit(`${tursoTemplates}/deployment.yaml`, '- name: turso\n', '- name:\n')],
    at: [`${tursoTemplates}/deployment.yaml`, '- name:\n'],
    says: 'spec.template.spec.containers[0].name is empty',
  },
  {
    what: 'a key of a chart that Helm passes over',
    id: 'schema/chart-files',
    edits: [{ file: `${whisper}/chart/Chart.yaml`, add: 'maintainer: nobody\n' }],
    at: [`${whisper}/chart/Chart.yaml`, 'maintainer:'],
    says: "'maintainer'",
  },
  {
    what: 'a field in the wrong spelling',
    id: 'schema/kubernetes',
    edits: [edit(`${apiTemplates}/service.yaml`, 'targetPort:', 'targetport:')],
    at: [`${apiTemplates}/service.yaml`, 'targetport:'],
    says: 'targetport',
  },
  {
    what: 'P10: a chart makes a namespace of the target',
    id: 'target/namespace-owners',
    edits: [
      {
        file: `${whisper}/chart/templates/namespace.yaml`,
        add: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: keycloak\n',
      },
    ],
    at: [`${whisper}/chart/templates/namespace.yaml`, 'name: keycloak'],
    says: "it makes namespace 'keycloak', which belongs to the target",
  },
  {
    what: 'P12: a key the secret does not have',
    id: 'references/secrets',
    edits: [edit(`${uiTemplates}/deployment.yaml`, 'key: clientId', 'key: client-identifier')],
    at: [`${uiTemplates}/deployment.yaml`, 'secretKeyRef:'],
    says: 'client-identifier',
  },
  {
    what: 'P12: the package that makes a secret comes later',
    id: 'release/order',
    edits: [
      edit(
        cpu,
        `  - name: turso
    path: ../../../packages/turso
    ref: 0.14.0
    flavor: upstream
  - name: cowabunga-api
    path: ../../../packages/cowabunga-api
    ref: 0.14.0
    flavor: upstream
`,
        `  - name: cowabunga-api
    path: ../../../packages/cowabunga-api
    ref: 0.14.0
    flavor: upstream
  - name: turso
    path: ../../../packages/turso
    ref: 0.14.0
    flavor: upstream
`,
      ),
    ],
    at: [`${apiTemplates}/_database.tpl`, 'secretKeyRef'],
    says: 'that comes behind',
    alone: true,
  },
  {
    what: 'P12: the component that makes a config map comes last',
    id: 'release/component-order',
    edits: [
      edit('packages/supabase/zarf.yaml', gateway, ''),
      { file: 'packages/supabase/zarf.yaml', add: `\n${gateway}` },
    ],
    at: ['packages/supabase/charts/supabase/templates/parts.yaml', 'name: supabase-gateway'],
    says: "which component 'supabase-gateway' makes, and that comes behind 'supabase'",
  },
  {
    what: 'P16: a document quotes an image of another version',
    id: 'brand/references',
    edits: [
      { file: 'README.md', add: '\nRun `ghcr.io/awdemos/cowabungaai/cowabunga-api:0.13.1`.\n' },
    ],
    at: ['README.md', 'cowabunga-api:0.13.1'],
    says: '0.13.1',
  },
  {
    what: 'P18: a workflow calls one that is gone',
    id: 'release/workflows',
    edits: [
      {
        file: '.github/workflows/release.yaml',
        add: 'on: push\njobs:\n  test:\n    uses: ./.github/workflows/test.yaml\n',
      },
    ],
    at: ['.github/workflows/release.yaml', 'uses:'],
    says: 'test.yaml',
  },
  {
    what: 'P19: the old name of the product',
    id: 'brand/names',
    edits: [{ file: 'README.md', add: '\nFormerly known as LeapfrogAI.\n' }],
    at: ['README.md', 'LeapfrogAI'],
    says: 'LeapfrogAI',
  },
  {
    what: 'a link to a page that is not there',
    id: 'brand/links',
    edits: [{ file: 'README.md', add: '\nSee [upgrading](docs/upgrading.md).\n' }],
    at: ['README.md', 'docs/upgrading.md'],
    says: 'docs/upgrading.md',
  },
];
