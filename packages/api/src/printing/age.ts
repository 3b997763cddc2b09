/** The age of an RFC 3339 time, as `kubectl get` prints it: `3m20s`; `<unknown>` for none. */
export { humanDuration, timestampAge as translateTimestampSince } from '@tabernetes/apimachinery';
