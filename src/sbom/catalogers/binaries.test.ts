import { describe, expect, it } from 'vitest';
import {
  catalogued,
  debian,
  dpkgStatus,
  namesIn,
  pythonPackage,
} from '../../../test/support/catalogued.ts';
import { elfProgram, goBuildInfo } from '../../../test/support/elf-program.ts';
import { binaryTaker } from './binaries.ts';

const modinfo = `path\texample.mil/tool/cmd
mod\texample.mil/tool\tv1.2.3\t
dep\tgolang.org/x/sys\tv0.20.0\th1:AAAA
dep\tgithub.com/a/old\tv1.0.0\th1:BBBB
=>\tgithub.com/a/new\tv1.1.0\th1:CCCC=
build\tGOARCH=amd64
build\t-ldflags="-X main.version=v9.9.9"
`;

describe('Go programs', () => {
  it('name a module that a folder replaced, or that has no release, without a version', async () => {
    const local = modinfo
      .replace('github.com/a/new\tv1.1.0', '../fork\t(devel)')
      .replace('golang.org/x/sys\tv0.20.0', 'golang.org/x/sys\t(devel)');
    const inventory = await catalogued([
      { path: 'usr/bin/tool', mode: 0o755, content: elfProgram(goBuildInfo('go1.22.3', local)) },
    ]);
    expect(namesIn(inventory)).toEqual([
      'example.mil/tool v1.2.3',
      'github.com/a/old ',
      'golang.org/x/sys ',
      'stdlib go1.22.3',
    ]);
  });

  it('tell their modules, replaced ones as what replaced them, and the release of Go', async () => {
    const inventory = await catalogued([
      { path: 'usr/bin/tool', mode: 0o755, content: elfProgram(goBuildInfo('go1.22.3', modinfo)) },
    ]);
    expect(namesIn(inventory)).toEqual([
      'example.mil/tool v1.2.3',
      'github.com/a/new v1.1.0',
      'golang.org/x/sys v0.20.0',
      'stdlib go1.22.3',
    ]);
    expect(inventory.packages[0]?.dependsOn).toEqual([
      'pkg:golang/github.com/a/new@v1.1.0',
      'pkg:golang/golang.org/x/sys@v0.20.0',
      'pkg:golang/stdlib@1.22.3',
    ]);
    expect(inventory.coverage).toMatchObject({ binaries: 1, unexplainedBinaries: 0 });
  });

  it.each([
    { name: 'by the flags of the linker', main: '(devel)', more: '', version: 'v9.9.9' },
    {
      name: 'by the commit',
      main: '(devel)',
      more: 'build\tvcs.revision=0123456789abcdef\nbuild\tvcs.time=2026-01-02T03:04:05Z\n',
      flags: '',
      version: 'v0.0.0-20260102030405-0123456789ab',
    },
    { name: 'not at all', main: '(devel)', more: '', flags: '', version: '' },
  ])(
    'made in their own source tree have a version $name',
    async ({ main, more, flags, version }) => {
      const text = `path\tm\nmod\texample.mil/m\t${main}\t\n${flags ?? 'build\t-ldflags="-X main.version=v9.9.9"\n'}${more}`;
      const { packages } = await catalogued([
        { path: 'm', mode: 0o755, content: elfProgram(goBuildInfo('go1.22', text)) },
      ]);
      expect(packages[0]?.version).toBe(version);
    },
  );

  it('without modules tell the path of their program', async () => {
    const inventory = await catalogued([
      {
        path: 'm',
        mode: 0o755,
        content: elfProgram(goBuildInfo('go1.19', 'path\tgithub.com/x/y/cmd\n')),
      },
    ]);
    expect(namesIn(inventory)).toEqual(['github.com/x/y/cmd ', 'stdlib go1.19']);
  });

  it('made before Go 1.18 are counted', async () => {
    const info = goBuildInfo('go1.17', '');
    info[100 + 15] = 0;
    const { coverage } = await catalogued([{ path: 'm', mode: 0o755, content: elfProgram(info) }]);
    expect(coverage.uncovered[0]?.ecosystem).toBe('Go programs made before Go 1.18');
  });

  it('read the same however the bytes arrive', () => {
    const program = elfProgram(goBuildInfo('go1.22.3', modinfo, 20_000), 9000);
    const read = (step: number): unknown => {
      const taker = binaryTaker();
      for (let at = 0; at < program.length; at += step) taker.push(program.subarray(at, at + step));
      return taker.end();
    };
    const whole = read(program.length);
    expect(whole).toMatchObject({ kind: 'go-binary' });
    for (const step of [1, 7, 100, 512, 4096, 8192, 10_000])
      expect(read(step), String(step)).toEqual(whole);
  });
});

describe('programs and libraries of nobody', () => {
  it('are counted, those of packages are not, wherever /usr is merged', async () => {
    const program = elfProgram(Buffer.alloc(100));
    const { coverage } = await catalogued([
      debian,
      dpkgStatus('coreutils 9.1'),
      { path: 'var/lib/dpkg/info/coreutils.md5sums', content: `${'a'.repeat(32)}  bin/ls\n` },
      { path: 'usr/bin/ls', mode: 0o755, content: program },
      { path: 'opt/own', mode: 0o755, content: program },
      { path: 'opt/script', mode: 0o755, content: `#!/bin/sh\n${'x'.repeat(600)}` },
    ]);
    expect(coverage).toMatchObject({
      binaries: 2,
      unexplainedBinaries: 1,
      unexplainedExamples: ['/opt/own'],
    });
  });

  it('of the CUDA stack are named, unless a package owns them', async () => {
    const library = elfProgram(Buffer.alloc(100));
    const folder = 'usr/lib/python3/site-packages';
    const inventory = await catalogued([
      { path: 'usr/local/cuda/lib64/libcudart.so.12.9.79', content: library },
      { path: 'usr/local/cuda/lib64/libcublas.so.12.9.1.4', content: library },
      { path: 'usr/local/cuda/lib64/libcublasLt.so.12.9.1.4', content: library },
      { path: 'opt/libnotcuda.so.1', content: library },
      { path: `${folder}/nvidia/lib/libcudnn.so.9`, content: library },
      pythonPackage('nvidia-cudnn-cu12', '9.28'),
      {
        path: `${folder}/nvidia-cudnn-cu12-9.28.dist-info/RECORD`,
        content: 'nvidia/lib/libcudnn.so.9,,\n',
      },
    ]);
    expect(inventory.packages.map(({ purl, locations }) => [purl, locations.length])).toEqual([
      ['pkg:generic/nvidia/cublas@12.9.1.4', 2],
      ['pkg:generic/nvidia/cuda-runtime@12.9.79', 1],
      ['pkg:pypi/nvidia-cudnn-cu12@9.28', 2],
    ]);
    expect(inventory.coverage.unexplainedExamples).toEqual(['/opt/libnotcuda.so.1']);
  });
});
