export * from './namespace/namespace-controller.ts';
export * from './root-ca/root-ca-publisher.ts';
export * from './runtime/context.ts';
export * from './runtime/controller.ts';
export * from './service-account/service-account-controller.ts';
