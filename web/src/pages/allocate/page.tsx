import { Alert, Button, Card, Group, MultiSelect, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, content, type Method } from '@/api/client';
import { METHODS } from '@/app/search';
import { FailureNotice } from '@/components/failures';
import { Page } from '@/components/page';
import { Comparison } from './comparison';
import { COMPARED, DEFAULT_METHOD, type Options, PLAIN, sharedBody } from './options';
import { OptionsForm } from './options-form';
import { Preview } from './preview';
import { RunOutcome } from './run-outcome';

/** Allocate: choose, look, compare, and only then do it. */
export function AllocatePage() {
  const { t } = useTranslation();
  const { run } = useSearch({ from: '/allocate' });
  return run === undefined ? <Planning /> : <RunOutcome key={run} id={run} title={t('allocate.title')} />;
}

function Planning() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/allocate' });
  const navigate = useNavigate({ from: '/allocate' });
  const [options, setOptions] = useState<Options>(PLAIN);
  const [compared, setCompared] = useState<Method[]>(COMPARED);
  const method = search.method ?? DEFAULT_METHOD;
  const asked = { ...sharedBody(search, options), allocation_method: method };

  const preview = useMutation({
    mutationFn: (body: typeof asked) => content(api.POST('/allocate', { body: { ...body, dry_run: true } })),
  });
  const comparison = useMutation({
    mutationFn: () =>
      content(
        api.POST('/allocate/compare', {
          body: { ...sharedBody(search, options), allocation_methods: compared, max_results: 0 },
        }),
      ),
  });
  const show = (body: typeof asked) => {
    comparison.reset();
    preview.mutate(body);
  };
  const choose = (chosen: Method) => {
    void navigate({ search: (old) => ({ ...old, method: chosen }), replace: true });
    show({ ...asked, allocation_method: chosen });
  };
  const isStale =
    preview.variables !== undefined && JSON.stringify(preview.variables) !== JSON.stringify(asked);
  const error = preview.error ?? comparison.error;

  return (
    <Page title={t('allocate.title')}>
      <Stack>
        <Card withBorder>
          <OptionsForm search={search} options={options} onOptions={setOptions} />
          <Group mt="md" align="flex-end">
            <Button loading={preview.isPending} onClick={() => show(asked)}>
              {t('allocate.preview')}
            </Button>
            <MultiSelect
              label={t('allocate.comparing')}
              size="xs"
              w={{ base: '100%', sm: 420 }}
              data={METHODS.map((name) => ({ value: name, label: t(`method.${name}`) }))}
              value={compared}
              onChange={(chosen) => setCompared(METHODS.filter((name) => chosen.includes(name)))}
              hidePickedOptions
              clearable={false}
            />
            <Button
              variant="default"
              disabled={compared.length === 0}
              loading={comparison.isPending}
              onClick={() => {
                preview.reset();
                comparison.mutate();
              }}
            >
              {t('allocate.compare')}
            </Button>
            <Text size="xs" c="dimmed">
              {t('allocate.nothingWritten')}
            </Text>
          </Group>
        </Card>
        {error && <FailureNotice error={error} />}
        {isStale && preview.data && (
          <Alert color="orange" py={6} role="status">
            {t('allocate.stale')}
          </Alert>
        )}
        {preview.data && (
          <Preview
            preview={preview.data}
            request={preview.variables}
            isStale={isStale}
            onStarted={(id) => void navigate({ search: { run: id } })}
          />
        )}
        {comparison.data && <Comparison methods={comparison.data.methods} onChoose={choose} />}
      </Stack>
    </Page>
  );
}
