import { describe, expect, it } from 'vitest';
import { isContainerfile } from './containerfile.ts';

describe('a Containerfile', () => {
  it.each([
    ['Dockerfile', true],
    ['a/Containerfile', true],
    ['a/Dockerfile.gpu', true],
    ['a/api.Dockerfile', true],
    ['a/Dockerfile.dockerignore', false],
    ['a/Dockerfiles.md', false],
  ])('is known by its name: %s', (path, is) => {
    expect(isContainerfile(path)).toBe(is);
  });
});
