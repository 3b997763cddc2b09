import { describe, expect, test } from 'vitest';
import { genericRefusal } from './generic-refusal.ts';

const told = (code: number, method: string, path: string, text?: string, isRaw = false): string =>
  genericRefusal(code, { method, path, text, isRaw }).message;

describe('answers that are no Status', () => {
  test('KCT-36 are told by their code and by what was asked for', () => {
    const missing = 'the server could not find the requested resource';
    expect(told(404, 'GET', '/apis/stable.example.com/v1/namespaces/demo/crontabs')).toBe(
      `${missing} (get crontabs.stable.example.com)`,
    );
    expect(told(404, 'DELETE', '/apis/stable.example.com/v1/namespaces/demo/crontabs/x')).toBe(
      `${missing} (delete crontabs.stable.example.com x)`,
    );
    expect(told(404, 'GET', '/api/v1/namespaces/demo/pods/a/log')).toBe(`${missing} (get pods a)`);
    expect(told(404, 'GET', '/api/v1/namespaces/demo')).toBe(`${missing} (get namespaces demo)`);
    expect(told(404, 'GET', '/api/v1/namespaces/demo/pods', '', true)).toBe(missing);
    expect(told(404, 'GET', '/openapi/v3')).toBe(missing);
  });

  test('KCT-36 keep what the server said where that is all there is', () => {
    expect(told(403, 'GET', '/x', 'no\n')).toBe('no');
    expect(told(418, 'GET', '/x')).toBe(
      'the server responded with the status code 418 but did not return more information',
    );
    expect(told(502, 'GET', '/x', 'bad "gateway"')).toBe(
      'an error on the server ("bad \\"gateway\\"") has prevented the request from succeeding',
    );
    expect(genericRefusal(409, { method: 'POST', path: '/x', isRaw: false, text: '' }).reason).toBe('AlreadyExists');
  });
});
