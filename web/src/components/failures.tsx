import { Alert, Button, Code, CopyButton, Group, MantineProvider, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { Failure } from '@/api/failure';
import { colours, theme } from '@/app/theme';
import { TextLink } from './links';
import { Empty } from './page';

/** Says what went wrong in the API's words, with the id that its log has too. */
export function FailureNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const failure = error instanceof Failure ? error : null;
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('problem.title')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{sentence(error)}</Text>
        {failure?.status === 0 && <Text size="sm">{t('problem.unreachableHint')}</Text>}
        {failure?.requestId && <RequestId id={failure.requestId} />}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function RequestId({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Group gap={6}>
          <Code style={{ overflowWrap: 'anywhere' }}>{t('common.requestId', { id })}</Code>
          <Button size="compact-xs" variant="default" onClick={copy} aria-label={t('common.copyRequest')}>
            {copied ? t('common.copied') : '⧉'}
          </Button>
        </Group>
      )}
    </CopyButton>
  );
}

function sentence(error: unknown): string {
  if (!(error instanceof Failure)) return error instanceof Error ? error.message : String(error);
  if (error.status === 0) return i18next.t('problem.unreachable');
  if (error.code === 'unexpected') return `${i18next.t('problem.unexpected')} (${error.detail})`;
  return error.status === 403 ? `${i18next.t('problem.forbidden')} ${error.detail}` : error.detail;
}

/** Tells of a change that failed; it stays until it is read. */
export function tellFailure(error: unknown): void {
  // The dialog of the ended session says it already.
  if (error instanceof Failure && error.status === 401) return;
  notifications.show({
    color: 'red',
    title: i18next.t('problem.title'),
    autoClose: false,
    message: (
      <>
        {sentence(error)}
        {error instanceof Failure && error.requestId && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {i18next.t('common.requestId', { id: error.requestId })}
          </Text>
        )}
      </>
    ),
    closeButtonProps: { 'aria-label': i18next.t('common.close') },
  });
}

/** Stands in for a page that could not be shown. */
export function PageFailure({ error, reset }: { error: unknown; reset: () => void }) {
  return <FailureNotice error={error} onRetry={reset} />;
}

/** Stands in for a page that does not exist. */
export function NoSuchPage() {
  const { t } = useTranslation();
  return <Empty title={t('problem.notFound')} action={<TextLink to="/">{t('nav.overview')}</TextLink>} />;
}

/** Stands in for the console when it could not even start. */
export function StartFailure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto">
      <Stack maw={560} mx="auto" mt={80} px="md" component="main">
        <Text component="h1" size="xl" fw={700}>
          {t('problem.start')}
        </Text>
        <FailureNotice error={error} onRetry={() => location.reload()} />
      </Stack>
    </MantineProvider>
  );
}
