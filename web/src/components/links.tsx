import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  NavLink,
  type NavLinkProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ReactNode, Ref } from 'react';

interface Shared {
  children?: ReactNode;
  ref?: Ref<HTMLAnchorElement>;
  tabIndex?: number;
}

/** Links to pages of the console, whose filters the compiler checks. */
export const TextLink = createLink((props: AnchorProps & Shared) => <Anchor {...props} />);
export const ButtonLink = createLink((props: ButtonProps & Shared) => <Button component="a" {...props} />);
export const MenuLink = createLink((props: NavLinkProps & Shared) => <NavLink component="a" {...props} />);
