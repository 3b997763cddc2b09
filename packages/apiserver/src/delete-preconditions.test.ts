import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const CM = '/api/v1/namespaces/default/configmaps';

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer();
  for (const name of ['a', 'b']) await api.send('POST', CM, { metadata: { name } });
});
afterEach(() => api.dispose());

const remove = async (path: string) => (await api.send('DELETE', path)).refusal;
const names = async () =>
  (await api.send<{ items: { metadata: { name: string } }[] }>('GET', CM)).object.items.map(
    ({ metadata }) => metadata.name,
  );

describe('preconditions of a deletion', () => {
  test('API-17 stand in the query, too', async () => {
    const { object } = await api.send('GET', `${CM}/a`);
    const { uid, resourceVersion } = object.metadata;
    expect(await remove(`${CM}/a?uid=other`)).toMatchObject({ code: 409, reason: 'Conflict' });
    expect((await remove(`${CM}/a?resourceVersion=1`)).message).toContain(
      'the ResourceVersion in the precondition (1) does not match',
    );
    expect(await remove(`${CM}/a?uid=${uid}&resourceVersion=${resourceVersion}`)).toMatchObject({ status: 'Success' });
    expect(await names()).toEqual(['b']);
  });

  test('API-27 a resourceVersion is that of the list and of every object', async () => {
    expect((await remove(`${CM}?resourceVersion=0`)).message).toContain(
      'Operation cannot be fulfilled on ConfigMap "a": the ResourceVersion in the precondition (0) does not match',
    );
    expect(await remove(`${CM}?resourceVersion=x`)).toMatchObject({
      code: 400,
      message:
        'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    });
    const { object } = await api.send('GET', `${CM}/a`);
    const { message } = await remove(`${CM}?resourceVersion=${object.metadata.resourceVersion}`);
    expect(message).toBeUndefined(); // at that revision there was no other
    expect(await names()).toEqual(['b']);
  });
});
