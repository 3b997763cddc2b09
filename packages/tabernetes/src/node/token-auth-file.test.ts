import { describe, expect, test } from 'vitest';
import { parseTokenAuthFile } from './token-auth-file.ts';

describe('parseTokenAuthFile', () => {
  test('TAB-1 reads token, user, uid and quoted groups', () => {
    const text =
      '# people\nadmintoken,kubernetes-admin,,system:masters\n\nalicetoken,alice,u-1,"developers, testers"\nbob,bob,2\n';
    expect(parseTokenAuthFile(text)).toEqual([
      { token: 'admintoken', user: { name: 'kubernetes-admin', groups: ['system:masters'] } },
      { token: 'alicetoken', user: { name: 'alice', uid: 'u-1', groups: ['developers', 'testers'] } },
      { token: 'bob', user: { name: 'bob', uid: '2', groups: [] } },
    ]);
  });

  for (const line of ['onlytoken', 'token,user', ',user,1']) {
    test(`TAB-1 refuses ${JSON.stringify(line)} and names the line`, () => {
      expect(() => parseTokenAuthFile(`ok,ok,1\n${line}`)).toThrow('line 2');
    });
  }
});
