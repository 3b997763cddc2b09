export * from './fake-runtime.ts';
export * from './test-kubelet.ts';
