import { describe, expect, it } from 'vitest';
import { type Descriptor, mediaTypes } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { isRunnable } from './is-runnable.ts';

const { ociConfig, ociLayerGzip } = mediaTypes;

describe('isRunnable', () => {
  const descriptor = (mediaType: string): Descriptor => ({
    mediaType,
    digest: digestOf('x'),
    size: 1,
  });
  it.each<[string, string, readonly string[], boolean]>([
    ['an image', ociConfig, [ociLayerGzip], true],
    ['a Docker image', mediaTypes.dockerConfig, [mediaTypes.dockerLayerGzip], true],
    ['an image without layers', ociConfig, [], true],
    [
      'a signature of cosign',
      ociConfig,
      ['application/vnd.dev.cosign.simplesigning.v1+json'],
      false,
    ],
    [
      'a chart',
      'application/vnd.cncf.helm.config.v1+json',
      ['application/vnd.cncf.helm.chart.content.v1.tar+gzip'],
      false,
    ],
    ['a signature with one image layer', ociConfig, ['application/json', ociLayerGzip], true],
  ])('%s: %s', (_name, config, layers, expected) => {
    const subject = {
      config: descriptor(config),
      layers: layers.map(descriptor),
    };
    expect(isRunnable(subject)).toBe(expected);
  });
});
