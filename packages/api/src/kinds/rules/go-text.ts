import { GoText, goQuote, type IntOrString, type LabelSelector, parseQuantity } from '@tabernetes/apimachinery';
import { goStringMap, goStrings, goStruct } from '../../pod/go-text.ts';

/*
 * Values as Go's `%#v` writes them in refusals. Absent means Go's nil.
 */
export { goPointer, goStringMap, goStrings, goStruct } from '../../pod/go-text.ts';

/** `intstr.IntOrString{Type:1, IntVal:0, StrVal:"25%"}` */
export function goIntOrString(value: IntOrString | undefined): GoText {
  const text = typeof value === 'string';
  return new GoText(
    goStruct('intstr.IntOrString', {
      Type: text ? '1' : '0',
      IntVal: text ? '0' : String(value ?? 0),
      StrVal: text ? goQuote(value) : '""',
    }),
  );
}

/** `v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}` */
export function goLabelSelector(selector: LabelSelector | undefined): GoText | undefined {
  if (selector === undefined) return undefined;
  const expressions = selector.matchExpressions?.map(({ key, operator, values }) =>
    goStruct('v1.LabelSelectorRequirement', {
      Key: goQuote(key),
      Operator: goQuote(operator),
      Values: goStrings(values).text,
    }),
  );
  return new GoText(
    goStruct('v1.LabelSelector', {
      MatchLabels: goStringMap(selector.matchLabels).text,
      MatchExpressions: `[]v1.LabelSelectorRequirement${expressions ? `{${expressions.join(', ')}}` : '(nil)'}`,
    }),
  );
}

/** `resource.Quantity{i:resource.int64Amount{value:1, scale:0}, …, s:"1", Format:"DecimalSI"}` */
export function goQuantity(text: string): GoText {
  const amount = parseQuantity(text);
  return new GoText(
    goStruct('resource.Quantity', {
      i: goStruct('resource.int64Amount', { value: String(amount.mantissa), scale: String(amount.exponent) }),
      d: goStruct('resource.infDecAmount', { Dec: '(*inf.Dec)(nil)' }),
      s: goQuote(amount.toString()),
      Format: goQuote(amount.format),
    }),
  );
}
