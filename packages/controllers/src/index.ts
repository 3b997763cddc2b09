export * from './deployment/deployment-controller.ts';
export * from './garbage-collector/garbage-collector.ts';
export * from './namespace/namespace-controller.ts';
export * from './replica-set/replica-set-controller.ts';
export * from './root-ca/root-ca-publisher.ts';
export * from './runtime/context.ts';
export * from './runtime/controller.ts';
export * from './service-account/service-account-controller.ts';
