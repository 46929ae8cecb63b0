import { describe, expect, it } from 'vitest';
import openapi from '../../../docs/openapi.json';
import en from './en.json';
import ja from './ja.json';

const schemas = openapi.components.schemas;

function leaves(words: object, before = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[before + key, value] as [string, string]]
      : leaves(value, `${before}${key}.`),
  );
}

const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('the words of both languages', () => {
  it('have the same keys', () => {
    expect(
      leaves(ja)
        .map(([key]) => key)
        .sort(),
    ).toEqual(
      leaves(en)
        .map(([key]) => key)
        .sort(),
    );
  });

  it('have the same blanks to fill', () => {
    const japanese = new Map(leaves(ja));
    for (const [key, text] of leaves(en))
      expect([key, blanks(japanese.get(key) ?? '')]).toEqual([key, blanks(text)]);
  });

  it('are never empty', () => {
    for (const [key, text] of [...leaves(en), ...leaves(ja)])
      expect([key, text.trim()]).not.toEqual([key, '']);
  });

  it.each([
    ['reason', schemas.Reason],
    ['shortageReason', schemas.ShortageReason],
    ['orderStatus', schemas.OrderStatus],
    ['resultStatus', schemas.ResultStatus],
    ['runStatus', schemas.RunStatus],
    ['method', schemas.Method],
    ['costing', schemas.Costing],
  ] as const)('name every %s of the API, and no other', (name, schema) => {
    expect(Object.keys(en[name]).sort()).toEqual([...schema.enum].sort());
    expect(Object.keys(ja[name]).sort()).toEqual([...schema.enum].sort());
  });

  it('write Japanese in Japanese', () => {
    const latin = leaves(ja).filter(
      ([, text]) => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(text.replace(/\{\{\w+\}\}/g, '')),
    );
    // What is the same in both, and the switch to English.
    expect(latin.map(([key]) => key)).toEqual(['app.language', 'app.languageLabel', 'app.version']);
  });
});
