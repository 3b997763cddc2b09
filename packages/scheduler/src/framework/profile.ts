import { imageLocality } from '../plugins/image-locality.ts';
import { interPodAffinity } from '../plugins/inter-pod-affinity.ts';
import { nodeAffinity } from '../plugins/node-affinity.ts';
import { nodeName } from '../plugins/node-name.ts';
import { nodePorts } from '../plugins/node-ports.ts';
import { nodeResourcesBalancedAllocation } from '../plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from '../plugins/node-resources-fit.ts';
import { nodeUnschedulable } from '../plugins/node-unschedulable.ts';
import { nodeVolumeLimits } from '../plugins/node-volume-limits.ts';
import { podTopologySpread } from '../plugins/pod-topology-spread.ts';
import type { ResourceScoring, WeightedResource } from '../plugins/resource-scoring.ts';
import { schedulingGates } from '../plugins/scheduling-gates.ts';
import { type DefaultConstraint, SYSTEM_DEFAULTS } from '../plugins/spread-constraints.ts';
import { taintToleration } from '../plugins/taint-toleration.ts';
import { volumeBinding } from '../plugins/volume-binding.ts';
import { volumeRestrictions } from '../plugins/volume-restrictions.ts';
import { volumeZone } from '../plugins/volume-zone.ts';
import type { Plugin } from './plugin.ts';

/** How Pods of one schedulerName are placed. */
export interface Profile {
  readonly schedulerName: string;
  /** In the order in which they are asked. */
  readonly plugins: readonly Plugin[];
  /** Weight of a plugin's score by its name; plugins without one weigh 1. */
  readonly weights: Readonly<Record<string, number>>;
  /** DefaultPreemption. */
  readonly preempts: boolean;
  /** Of all nodes, how many are looked for at most; 0 (the default) lets the cluster's size decide. */
  readonly percentageOfNodesToScore: number;
}

/** @see https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/ */
export interface ProfileOptions {
  /** Default `default-scheduler`. */
  readonly schedulerName?: string;
  /** Names of plugins to leave out, `DefaultPreemption` among them. */
  readonly disabled?: readonly string[];
  readonly weights?: Readonly<Record<string, number>>;
  readonly percentageOfNodesToScore?: number;
  /** NodeResourcesFitArgs. */
  readonly scoringStrategy?: ResourceScoring;
  /** NodeResourcesBalancedAllocationArgs. */
  readonly balancedResources?: readonly WeightedResource[];
  /** PodTopologySpreadArgs with `defaultingType: List`. */
  readonly defaultConstraints?: readonly DefaultConstraint[];
  /** InterPodAffinityArgs. Default 1. */
  readonly hardPodAffinityWeight?: number;
}

/**
 * The plugins of Kubernetes 1.32, changed where the options say so.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/apis/config/v1/default_plugins.go
 */
export function createProfile(options: ProfileOptions = {}): Profile {
  const disabled = new Set(options.disabled);
  const plugins: readonly Plugin[] = [
    schedulingGates,
    nodeUnschedulable,
    nodeName,
    taintToleration,
    nodeAffinity,
    nodePorts,
    nodeResourcesFit(options.scoringStrategy),
    volumeRestrictions,
    nodeVolumeLimits,
    volumeBinding,
    volumeZone,
    podTopologySpread(options.defaultConstraints ?? SYSTEM_DEFAULTS),
    interPodAffinity(options.hardPodAffinityWeight),
    nodeResourcesBalancedAllocation(options.balancedResources),
    imageLocality,
  ];
  return {
    schedulerName: options.schedulerName ?? DEFAULT_SCHEDULER,
    plugins: plugins.filter(({ name }) => !disabled.has(name)),
    weights: { ...DEFAULT_WEIGHTS, ...options.weights },
    preempts: !disabled.has('DefaultPreemption'),
    percentageOfNodesToScore: options.percentageOfNodesToScore ?? 0,
  };
}

export const DEFAULT_SCHEDULER = 'default-scheduler';

const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  TaintToleration: 3,
  NodeAffinity: 2,
  PodTopologySpread: 2,
  InterPodAffinity: 2,
  NodeResourcesFit: 1,
  NodeResourcesBalancedAllocation: 1,
  ImageLocality: 1,
};
