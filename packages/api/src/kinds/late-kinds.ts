/** Kinds of which most clusters have no object: their names. What is not here is at hand from the beginning. */
export * from './late-kinds/extensions.ts';
export * from './late-kinds/policies.ts';
export * from './late-kinds/storage.ts';
export * from './late-kinds/workloads.ts';
