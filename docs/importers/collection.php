<?php
// Keeps a copy of a published collection: php collection.php https://example.kz/kraeved/ copy.sqlite
// The copy is one table: identifier, the item as JSON, and whether its files may be shown. Run it as often as you
// like: only what changed is saved. Needs PHP 7.4 with pdo_sqlite.
$site = rtrim($argv[1], '/') . '/';
$copy = new PDO('sqlite:' . $argv[2], null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$copy->exec('CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY, json TEXT, open INTEGER)');
$copy->exec('CREATE TABLE IF NOT EXISTS head (seq INTEGER)');

function fetch($address) {
    $context = stream_context_create(['http' => ['timeout' => 60, 'ignore_errors' => true]]);
    $body = file_get_contents($address, false, $context);
    $status = (int) explode(' ', $http_response_header[0])[1];
    if ($status === 410) return null;  // the library went back to an earlier release
    if ($status !== 200) throw new RuntimeException("$address answers $status");
    return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
}

$base = $site . 'releases/' . fetch($site . 'latest.json')['release'] . '/';
$head = fetch($base . 'changes/index.json')['head'];
$known = $copy->query('SELECT seq FROM head')->fetchColumn();
$all = $known === false;
$changed = [];
for ($since = $all ? $head : (int) $known; $since !== null && $since !== $head; $since = $told['next']) {
    $told = fetch($site . 'feeds/changes?since=' . $since);
    if ($all = $told === null) break;
    foreach ($told['changes'] as $one) if ($one['seq'] <= $head) $changed[$one['item_id']] = $one['kind'];
}
$copy->beginTransaction();
if ($all) $copy->exec('DELETE FROM item');
$save = $copy->prepare('REPLACE INTO item VALUES (?, ?, ?)');
foreach ($all || $changed ? fetch($base . 'collection.json')['pages'] : [] as $page) {
    // Addresses name the library's own site; you may fetch through another door.
    foreach (fetch($site . strstr($page, 'releases/'))['items'] as $item) {
        if (!$all && !isset($changed[$item['id']])) continue;
        $save->execute([$item['id'], json_encode($item, JSON_UNESCAPED_UNICODE), (int) ($item['level'] === 'open')]);
    }
}
$delete = $copy->prepare('DELETE FROM item WHERE id = ?');
foreach (array_keys($changed, 'delete', true) as $id) $delete->execute([$id]);
$copy->exec('DELETE FROM head');
$copy->prepare('INSERT INTO head VALUES (?)')->execute([$head]);
$copy->commit();
