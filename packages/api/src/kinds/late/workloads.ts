/** Controllers of Pods beside Deployments. */
export { controllerRevision } from '../controller-revision.ts';
export { cronJob } from '../cron-job.ts';
export { daemonSet } from '../daemon-set.ts';
export { horizontalPodAutoscaler } from '../horizontal-pod-autoscaler.ts';
export { horizontalPodAutoscalerV1 } from '../horizontal-pod-autoscaler-v1.ts';
export { job } from '../job.ts';
export { podDisruptionBudget } from '../pod-disruption-budget.ts';
export { podTemplate } from '../pod-template.ts';
export { replicationController } from '../replication-controller.ts';
export { statefulSet } from '../stateful-set.ts';
