import { type CSSVariablesResolver, createTheme } from '@mantine/core';

// Fonts of the machine first: the web font, a file a range of characters, is for machines without a Japanese one.
const FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Hiragino Sans", "Yu Gothic UI", Meiryo, ' +
  '"Noto Sans CJK JP", "Noto Sans JP Variable", sans-serif';

export const theme = createTheme({
  fontFamily: FONTS,
  headings: { fontFamily: FONTS, fontWeight: '650' },
  primaryColor: 'indigo',
  primaryShade: 7,
  defaultRadius: 'md',
  cursorType: 'pointer',
  autoContrast: true,
  respectReducedMotion: true,
});

/** Colours by what they mean; each pair has the contrast that text or a bar needs in both schemes. */
export const colours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636b',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-8)',
    '--allocated': 'var(--mantine-color-indigo-6)',
    '--shipped': 'var(--mantine-color-gray-6)',
    '--available': 'var(--mantine-color-teal-6)',
    '--track': 'var(--mantine-color-gray-2)',
    '--held': 'var(--mantine-color-orange-5)',
    '--row-hover': 'var(--mantine-color-gray-0)',
    '--row-chosen': 'var(--mantine-color-indigo-0)',
    '--bad': 'var(--mantine-color-red-9)',
    '--bad-back': 'var(--mantine-color-red-0)',
    '--warn': '#a1480a',
    '--good': '#087f5b',
    '--page': 'var(--mantine-color-gray-0)',
  },
  dark: {
    '--mantine-color-dimmed': '#a6a9ad',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
    '--allocated': 'var(--mantine-color-indigo-4)',
    '--shipped': 'var(--mantine-color-dark-2)',
    '--available': 'var(--mantine-color-teal-5)',
    '--track': 'var(--mantine-color-dark-4)',
    '--held': 'var(--mantine-color-orange-5)',
    '--row-hover': 'var(--mantine-color-dark-6)',
    '--row-chosen': 'color-mix(in srgb, var(--mantine-color-indigo-9) 30%, var(--mantine-color-dark-7))',
    '--bad': 'var(--mantine-color-red-4)',
    '--bad-back': 'color-mix(in srgb, var(--mantine-color-red-9) 25%, var(--mantine-color-dark-7))',
    '--warn': 'var(--mantine-color-orange-4)',
    '--good': 'var(--mantine-color-teal-4)',
    '--page': 'var(--mantine-color-dark-8)',
  },
});
