export { daemonSetController } from '../daemon-set/daemon-set-controller.ts';
export { replicationController } from '../replication-controller/replication-controller.ts';
export { statefulSetController } from '../stateful-set/stateful-set-controller.ts';
