export { horizontalPodAutoscaler } from '../pod-autoscaler/horizontal-pod-autoscaler-controller.ts';
export { disruptionController } from '../pod-disruption-budget/disruption-controller.ts';
