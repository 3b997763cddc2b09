export type {
  Explanation,
  LastingTrouble,
  MachineChart,
  NodeRequest,
  PodLifecycle,
  ProbeHistory,
  Trouble,
  TroubleKind,
} from '@tabernetes/cluster';
