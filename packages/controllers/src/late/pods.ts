export { deploymentController } from '../deployment/deployment-controller.ts';
export { endpointsController } from '../endpoints/endpoints-controller.ts';
export { endpointSliceController } from '../endpointslice/endpointslice-controller.ts';
export { endpointSliceMirroringController } from '../endpointslice-mirroring/endpointslice-mirroring-controller.ts';
export { replicaSetController } from '../replica-set/replica-set-controller.ts';
export { taintEvictionController } from '../taint-eviction/taint-eviction-controller.ts';
