import { describe, expect, it } from 'vitest';
import { claimsOf, mayDo, roleOf } from './session';

const encoded = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

describe('the role of whoever is signed in', () => {
  it.each([
    [{ 'cognito:groups': ['viewer', 'admin'] }, 'admin'],
    [{ roles: 'operator' }, 'operator'],
    [{ roles: ['stranger'] }, null],
    [{ scope: 'openid hikiate/viewer hikiate/operator' }, 'operator'],
    [{ scope: 'admin' }, null],
    [{}, null],
  ] as const)('%j is %s', (claims, role) => {
    expect(roleOf(claims)).toBe(role);
  });

  it('may do what the roles before it may', () => {
    expect(mayDo('admin', 'viewer')).toBe(true);
    expect(mayDo('operator', 'admin')).toBe(false);
    expect(mayDo(null, 'viewer')).toBe(false);
  });

  it('is read from the token', () => {
    expect(claimsOf(encoded({ name: '佐藤', roles: ['viewer'] }))).toEqual({
      name: '佐藤',
      roles: ['viewer'],
    });
    expect(claimsOf('no token')).toEqual({});
  });
});
