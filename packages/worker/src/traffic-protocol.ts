/** One request through the network of a cluster, from its sender to whom it reached. */
export interface Journey {
  /** Virtual milliseconds since the epoch. */
  readonly timeMs: number;
  readonly from: JourneyEnd;
  readonly to: JourneyEnd;
  /** `namespace/name` of the Service that it went through; empty: none. */
  readonly service: string;
  /** `GET /path`; empty when nothing was asked. */
  readonly request: string;
  /** `200 OK`, `connection refused`. */
  readonly status: string;
  /** Refused, lost, or answered with an error. */
  readonly isBad: boolean;
}

/** Empty texts where there is nothing of the kind. */
export interface JourneyEnd {
  /** `namespace/name` */
  readonly pod: string;
  readonly node: string;
  readonly ip: string;
}

/** What the page asks, and what it gets: at most one batch on its way at a time. */
export type TrafficRequest = { readonly type: 'next' };
export interface TrafficBatch {
  readonly type: 'traffic';
  readonly journeys: readonly Journey[];
}
