import type { KindDefinition } from '../kind.ts';
import * as named from './named.ts';

/** Every kind that the server knows without being told. */
export const builtinKinds = Object.values(named) as readonly unknown[] as readonly KindDefinition[];
