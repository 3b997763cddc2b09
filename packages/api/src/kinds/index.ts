import type { KindDefinition } from '../kind.ts';
import * as named from './named.ts';

/** Every kind that the server knows without being told. */
export const builtinKinds: readonly KindDefinition[] = Object.values(named);
