import type { KindDefinition } from '../kind.ts';
import { builtinKinds } from '../kinds/index.ts';

/** Every built-in kind with all that it does at hand, for tests that ask kinds without a server. */
export async function wholeKinds(): Promise<readonly KindDefinition[]> {
  for (const kind of builtinKinds) await kind.fetch?.();
  return builtinKinds;
}
