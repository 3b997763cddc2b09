/**
 * The bytes of a body are not JSON, YAML or protobuf. The message is Go's: `invalid character 'n' looking for beginning
 * of object key string`.
 */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem';
}

/**
 * A value does not fit its Go type. The message is Go's, without the prefix that the API server puts before it:
 * `json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container`.
 */
export class DecodeProblem extends Error {
  override readonly name = 'DecodeProblem';
}
