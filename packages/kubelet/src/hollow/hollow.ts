export * from './hollow-kubelets.ts';
export * from './hollow-node.ts';
