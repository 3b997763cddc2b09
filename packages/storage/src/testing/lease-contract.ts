import { expect, test } from 'vitest';
import type { StoreProbe } from './store-probe.ts';

/** The rules of leases. */
export function leaseContract(t: StoreProbe): void {
  const { put, del, keys, record } = t;

  test('STO-20 a lease deletes its keys under one revision when it expires', async () => {
    const lease = await t.store.grantLease(60_000);
    await put('/b', '1', lease);
    await put('/a', '1', lease);
    await put('/c', '1');
    const { lines } = record('/');
    expect((await t.store.get('/a')).kv?.lease).toBe(lease);
    await t.pass(59_000);
    expect(lines).toEqual([]);
    await t.pass(2000);
    expect(lines).toEqual(['-/a=1@5 -/b=1@5']);
    await expect(put('/d', '1', lease)).rejects.toMatchObject({ code: 'leaseNotFound' });
  });

  test('STO-21 keeping a lease alive gives it its full time again', async () => {
    const lease = await t.store.grantLease(10_000);
    await put('/a', '1', lease);
    for (let i = 0; i < 5; i++) {
      await t.pass(8000);
      await t.store.keepAlive(lease);
    }
    expect(await keys('/')).toEqual(['/a']);
    await t.pass(12_000);
    expect(await keys('/')).toEqual([]);
    await expect(t.store.keepAlive(lease)).rejects.toMatchObject({ code: 'leaseNotFound' });
  });

  test('STO-22 a key belongs to the lease of its last write', async () => {
    const [one, two] = [await t.store.grantLease(10_000), await t.store.grantLease(20_000)];
    await put('/moved', '1', one);
    await put('/moved', '2', two);
    await put('/freed', '1', one);
    await put('/freed', '2');
    await put('/again', '1', one);
    await del('/again');
    await put('/again', '2');
    await put('/kept', '1', one);
    await put('/kept', '2', one);
    await t.pass(12_000);
    expect(await keys('/')).toEqual(['/again', '/freed', '/moved']);
    await t.pass(10_000);
    expect(await keys('/')).toEqual(['/again', '/freed']);
  });

  test('STO-23 revoking is expiring now', async () => {
    const lease = await t.store.grantLease(10_000);
    await put('/a', '1', lease);
    const { lines } = record('/');
    await t.store.revokeLease(lease);
    expect(lines).toEqual(['-/a=1@3']);
    await expect(t.store.revokeLease(lease)).rejects.toMatchObject({ code: 'leaseNotFound' });
    const empty = await t.store.grantLease(10_000);
    await t.store.revokeLease(empty);
    expect((await t.store.status()).revision).toBe(3);
  });
}
