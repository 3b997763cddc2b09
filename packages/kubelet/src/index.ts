export * from './hollow/hollow-kubelets.ts';
export * from './hollow/hollow-node.ts';
