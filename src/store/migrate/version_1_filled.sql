-- What a program of the first version wrote: three campaigns and five participations.

INSERT INTO installation VALUES (1, zeroblob(32));

INSERT INTO products VALUES ('00000000-0000-7000-8000-000000000001', 'Rimba Embun', NULL, 420000, 1, NULL, NULL, '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000');

INSERT INTO sambatan_campaigns (id, product_id, title, total_slots, minimum_slots, slot_price, filled_slots,
                                participant_count, status, deadline, created_at, updated_at)
VALUES
    ('00000000-0000-7000-8000-000000000011', '00000000-0000-7000-8000-000000000001', 'Batch satu', 3, 3, 1000, 3, 2, 'fulfilled', '2025-10-08 00:00:00.000', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000012', '00000000-0000-7000-8000-000000000001', 'Batch dua', 3, 3, 1000, 0, 0, 'expired', '2025-10-08 00:00:00.000', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000013', '00000000-0000-7000-8000-000000000001', 'Batch tiga', 3, 3, 1000, 1, 1, 'active', '2025-10-08 00:00:00.000', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000');

INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity, contribution_amount, status,
                                   shipping_address, joined_at, updated_at)
VALUES
    ('00000000-0000-7000-8000-000000000020', '00000000-0000-7000-8000-000000000011', 'ani', 1, 1000, 'confirmed', 'Jl. Melati No. 15', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000021', '00000000-0000-7000-8000-000000000011', 'budi', 2, 2000, 'confirmed', 'Jl. Melati No. 15', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000022', '00000000-0000-7000-8000-000000000012', 'citra', 2, 2000, 'refunded', 'Jl. Melati No. 15', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000023', '00000000-0000-7000-8000-000000000013', 'dewi', 1, 1000, 'pending_payment', 'Jl. Melati No. 15', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000024', '00000000-0000-7000-8000-000000000013', 'eko', 2, 2000, 'cancelled', 'Jl. Melati No. 15', '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000');

INSERT INTO sambatan_audit_logs (campaign_id, event, metadata, created_at)
VALUES
    (NULL, 'product_created', '{"base_price":420000,"enabled":false,"product_id":"00000000-0000-7000-8000-000000000001"}', '2025-10-01 00:00:00.000'),
    (NULL, 'product_sambatan_toggled', '{"base_price":420000,"enabled":true,"product_id":"00000000-0000-7000-8000-000000000001"}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000011', 'campaign_created', '{"minimum_slots":3,"open":true,"price_per_slot":1000,"product_id":"00000000-0000-7000-8000-000000000001","total_slots":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000012', 'campaign_created', '{"minimum_slots":3,"open":true,"price_per_slot":1000,"product_id":"00000000-0000-7000-8000-000000000001","total_slots":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000013', 'campaign_created', '{"minimum_slots":3,"open":true,"price_per_slot":1000,"product_id":"00000000-0000-7000-8000-000000000001","total_slots":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000011', 'participant_joined', '{"contribution_amount":1000,"participation_id":"00000000-0000-7000-8000-000000000020","quantity":1,"slots_taken":1}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000011', 'participant_confirmed', '{"contribution_amount":1000,"participation_id":"00000000-0000-7000-8000-000000000020","quantity":1}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000011', 'participant_joined', '{"contribution_amount":2000,"participation_id":"00000000-0000-7000-8000-000000000021","quantity":2,"slots_taken":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000011', 'campaign_full', '{"slots_taken":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000011', 'campaign_completed', '{"confirmed":1,"slots_taken":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000012', 'participant_joined', '{"contribution_amount":2000,"participation_id":"00000000-0000-7000-8000-000000000022","quantity":2,"slots_taken":2}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000012', 'campaign_failed', '{"refunded":1,"slots_taken":2}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000013', 'participant_joined', '{"contribution_amount":1000,"participation_id":"00000000-0000-7000-8000-000000000023","quantity":1,"slots_taken":1}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000013', 'participant_joined', '{"contribution_amount":2000,"participation_id":"00000000-0000-7000-8000-000000000024","quantity":2,"slots_taken":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000013', 'campaign_full', '{"slots_taken":3}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000013', 'participant_cancelled', '{"participation_id":"00000000-0000-7000-8000-000000000024","quantity":2,"slots_taken":1}', '2025-10-01 00:00:00.000'),
    ('00000000-0000-7000-8000-000000000013', 'campaign_reopened', '{"slots_taken":1}', '2025-10-01 00:00:00.000');
