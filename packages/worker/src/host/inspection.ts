export type {
  Explanation,
  LastingTrouble,
  MachineChart,
  NodeRequest,
  PodLifecycle,
  Trouble,
  TroubleKind,
} from '@tabernetes/cluster';
