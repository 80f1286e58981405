import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import type { PackageFacts } from './facts.ts';
import { sbomSubjects } from './sbom-subjects.ts';

const factsOf = (draft: ReturnType<typeof aPackage>): PackageFacts => {
  const [facts] = draft.facts().packages;
  if (facts === undefined) throw new Error('no package');
  return facts;
};
const components = (text: string, change: Partial<PackageFacts> = {}) =>
  sbomSubjects({
    ...factsOf(aPackage().defining((yaml) => yaml.replace(/components:[\s\S]*$/, text))),
    ...change,
  }).components;

describe('what SBOMs of a package are about', () => {
  it('is each container image once, and neither charts nor signatures', () => {
    const one = { name: 'docker.io/library/a:1' };
    const again = { ...one, refName: 'docker.io/library/b:1' };
    const chart = {
      name: 'ghcr.io/x/chart:1',
      configType: 'application/vnd.cncf.helm.config.v1+json',
    };
    const layers = [
      {
        content: Buffer.from('x'),
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      },
    ];
    const { images } = sbomSubjects(
      factsOf(
        aPackage()
          .image(one)
          .image(again)
          .image({ ...chart, layers }),
      ),
    );
    expect(images.map(({ name }) => name)).toEqual([one.name]);
  });

  it('is each component with files or data that is in the archive', () => {
    const text = [
      'components:',
      '  - name: plain',
      '  - name: files',
      '    files: [{ source: a, target: /a }]',
      '  - name: data',
      '    dataInjections: [{ source: a, target: { namespace: a, selector: b=c, container: d, path: /e } }]',
      '',
    ].join('\n');
    expect(components(text)).toEqual(['files', 'data']);
    expect(components(text, { leftOut: new Set(['components/data.tar']) })).toEqual(['files']);
  });
});
