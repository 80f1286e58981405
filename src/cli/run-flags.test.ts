import { describe, expect, it } from 'vitest';
import { runSinks } from './run-flags.ts';

describe('runSinks', () => {
  it.each([
    ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
    ['http://localhost:4318/', 'http://localhost:4318/v1/traces'],
    ['https://collector.example/tenant', 'https://collector.example/tenant/v1/traces'],
    ['https://collector.example/v1/traces', 'https://collector.example/v1/traces'],
  ])('sends traces of %s to %s', (endpoint, tracesUrl) => {
    expect(runSinks({ 'otlp-endpoint': endpoint }, {})).toEqual({ tracesUrl });
    expect(runSinks({}, { COWA_OTLP_ENDPOINT: endpoint })).toEqual({ tracesUrl });
  });

  it('sends nothing anywhere unless it is said', () => {
    const env = {
      COWA_OTLP_ENDPOINT: '',
      COWA_METRICS: '',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a',
    };
    expect(runSinks({}, env)).toEqual({});
  });

  it.each(['localhost:4318', 'ftp://a', 'http://user:secret@a', ''])(
    'refuses %s, and does not repeat it',
    (endpoint) => {
      expect(() => runSinks({ 'otlp-endpoint': endpoint }, {})).toThrow(
        expect.objectContaining({
          code: 'OTLP_ENDPOINT',
          message: expect.not.stringContaining('secret'),
        }),
      );
    },
  );
});
