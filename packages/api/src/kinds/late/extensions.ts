/** Kinds by which users extend the API, and all that understands their expressions. */
export { customResourceDefinition } from '../custom-resource-definition.ts';
export { mutatingWebhookConfiguration } from '../mutating-webhook-configuration.ts';
export { validatingAdmissionPolicy } from '../validating-admission-policy.ts';
export { validatingAdmissionPolicyBinding } from '../validating-admission-policy-binding.ts';
export { validatingWebhookConfiguration } from '../validating-webhook-configuration.ts';
