/**
 * Holds a Web Lock of this name for as long as this worker lives, so that who waits for it hears of its death at once:
 * browsers tell of it by nothing else.
 *
 * @returns true once it is held; false where hosts have no locks (pages that are not secure contexts)
 * @see https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 */
export async function holdLifeline(name: string): Promise<boolean> {
  const { locks } = (globalThis as { readonly navigator?: { readonly locks?: LockManager } }).navigator ?? {};
  if (locks === undefined) return false;
  return new Promise((resolve, reject) => {
    const forLife = (): Promise<void> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    locks.request(name, forLife).catch(reject);
  });
}
