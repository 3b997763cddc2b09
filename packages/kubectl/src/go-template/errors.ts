/** What text/template says of a template: `template: output:1: …`. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
