-- Keep what the end of the file must know; of a card that stands twice in the batch only the last line goes on.
WITH noted AS (
    INSERT INTO arrived (line, card_number, holder_card, named_card, guardian_cards)
    SELECT a.line, a.card_number, a.holder_card, a.named_card, a.guardian_cards FROM arriving a
)
DELETE FROM arriving a USING arriving later WHERE later.card_number = a.card_number AND later.line > a.line
