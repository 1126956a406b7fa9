import { useCan } from '@/app/session';
import { useFilters } from '@/app/url';
import { PageHeader, Tabs } from '@/ui';
import { AdminTokens } from './AdminTokens';
import { MyAccount } from './MyAccount';
import { OrganizationCard } from './OrganizationCard';
import { Accounts } from './Accounts';
import { useWords } from './words';

const TABS = ['organization', 'people', 'tokens', 'mine'] as const;
type Tab = (typeof TABS)[number];

export default function SettingsPage() {
  const t = useWords();
  const can = useCan();
  const [filters, set] = useFilters(['tab', 'new']);
  const open = TABS.filter(
    (tab) =>
      (tab !== 'people' || can('get_admin_v1_accounts')) &&
      (tab !== 'tokens' || can('get_admin_v1_admin_tokens')),
  );
  const tab = open.find((one) => one === filters.tab) ?? 'organization';
  const making = {
    making: filters.new !== undefined,
    onMake: (now: boolean) => set({ new: now ? '1' : null }),
  };
  return (
    <>
      <PageHeader title={t('title')}>{t('about')}</PageHeader>
      <Tabs<Tab>
        label={t('tabs')}
        value={tab}
        onChange={(next) => set({ tab: next, new: null })}
        tabs={open.map((key) => ({ key, label: t(key) }))}
      >
        {tab === 'organization' && <OrganizationCard />}
        {tab === 'people' && <Accounts {...making} />}
        {tab === 'tokens' && <AdminTokens {...making} />}
        {tab === 'mine' && <MyAccount />}
      </Tabs>
    </>
  );
}
